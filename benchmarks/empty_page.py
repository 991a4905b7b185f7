"""An almost empty Streamlit page: what a redraw costs before anything is asked or drawn."""

import gc

import streamlit as st


@st.cache_resource(show_spinner=False)
def settle() -> None:
    """What the site does once in each server, too."""
    gc.collect()
    gc.freeze()


st.set_page_config(page_title="Empty", layout="wide")
st.title("Empty")
chosen = st.selectbox("Period", [f"Period {place}" for place in range(12)])
st.markdown(f"Chosen: {chosen}")
settle()
