"""Districts: how others bring in policies, vocabularies, actions and functions."""
