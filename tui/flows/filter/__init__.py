"""The filter language: one parse, and four ways to carry it out (polars, CloudWatch pattern, Insights, English)."""
