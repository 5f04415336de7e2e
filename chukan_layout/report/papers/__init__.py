"""The papers by which a migration is approved (requirements RPT-01 to RPT-07), made of the report model."""
