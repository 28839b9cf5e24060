"""Reports: results and explanations in words, in English and Chinese."""
