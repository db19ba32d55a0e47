"""Pictures with questions, answers and character labels, drawn with Pillow."""
