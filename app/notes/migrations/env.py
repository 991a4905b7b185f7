"""Runs the steps on the connection that app/notes/engine.py opened; the models are what `alembic revision --autogenerate` compares with."""

from alembic import context

from app.notes.models import Base

context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata, render_as_batch=True)
context.run_migrations()
