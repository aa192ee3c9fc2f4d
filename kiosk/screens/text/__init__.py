"""Persian and mixed text on Kivy: layout, drawing, fonts, icons, and a field to type in."""
