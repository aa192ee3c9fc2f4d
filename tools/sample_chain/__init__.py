"""The sample chain «فروشگاه‌های باران»: its words, catalogue as CSV, pictures and camera frames."""
