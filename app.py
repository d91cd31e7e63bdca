"""Wenju: conversational search over your own documents, with proof. Run: streamlit run app.py"""

from __future__ import annotations

import streamlit as st

from pages.parts import frame, session

voice = session.voice()
frame.name_tab(voice)
frame.run(st.navigation(frame.pages(voice)), voice)
