"""What is printed: sheets to sign and certificates, set by Typst; all texts go in as data."""
