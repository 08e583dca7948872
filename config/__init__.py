"""Settings, URLs and the Celery application; the one package that may import every other."""
