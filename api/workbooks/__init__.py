"""The workbook as files: Excel and CSV, and what is refused before it is read."""
