"""The same models in the hands of stock tools: django-import-export, django-tables2, Django's admin and django-simple-
history, each set up as its documentation says, and ranking by plain ORM."""
