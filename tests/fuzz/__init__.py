"""Any bytes get an answer or a refusal: what reads files and expressions, under bytes that a fuzzer makes up."""
