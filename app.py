"""Wenju: conversational search over your own documents, with proof. Run: streamlit run app.py"""

from __future__ import annotations

import streamlit as st

from pages.parts import frame, session

voice = session.voice()
st.set_page_config(page_title=voice("app_name"), page_icon=frame.icon(), layout="centered")
page = st.navigation(
    [
        st.Page("pages/chat.py", title=voice("nav_chat"), icon=":material/forum:", default=True),
        st.Page("pages/library.py", title=voice("nav_library"), icon=":material/library_books:"),
        st.Page("pages/document.py", title=voice("nav_document"), visibility="hidden"),
        st.Page("pages/admin.py", title=voice("nav_admin"), icon=":material/tune:"),
    ]
)
frame.run(page, voice)
