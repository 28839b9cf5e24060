"""The pipeline: document → forms → lexicon → policy → program → ruling → settlement → trail."""
