"""Classifications of the customers: a module a subject, each explained by its own docstring."""
