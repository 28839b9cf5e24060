from perfrules import suggestions, suggestions_text, suite

documents = suggestions.suggest(suite.collect("policy.yaml"))
suggestions_text.write_documents(documents, "cases", "en")
suggestions_text.write_documents(documents, "cases", "en")
