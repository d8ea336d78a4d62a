"""The Customer Review Kit: from a company's exports to its quarterly customer review."""
