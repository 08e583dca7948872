"""What a person reads, in their language: sentences, moments, names, and the catalogs."""
