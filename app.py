"""Wenju: conversational search over your own documents, with proof. Run: streamlit run app.py"""

from __future__ import annotations

import streamlit as st

from pages.parts import frame, session

voice = session.voice()
st.set_page_config(page_title=voice("app_name"), page_icon=frame.icon(), layout="centered")
frame.run(st.navigation(frame.pages(voice)), voice)
