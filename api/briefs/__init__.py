"""What a plan is handed out as: GeoJSON, CSV, Excel, and a brief of two pages."""
