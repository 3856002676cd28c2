"""What the network tells donors: indicators defined once, counted from rows that can be opened."""
