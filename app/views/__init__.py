"""What is on each page, in order. The only room that caches, and the only one besides pages/ that draws with Streamlit."""
