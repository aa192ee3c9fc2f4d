"""The sample chain «فروشگاه‌های باران»: its words, its catalogue as CSV, its pictures, its frames."""
