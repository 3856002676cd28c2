"""Public benchmark instances in, answers out in their own formats; no solver of its own.

`files` finds the text, `siting_files` turns it into siting problems and answers into solutions,
`measuring` runs the product's solver under a clock, `suite` runs a chosen set.
"""
