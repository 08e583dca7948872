FROM python:3.12-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1
RUN useradd --create-home --uid 10001 parley && mkdir -p /app /data && chown parley:parley /app /data
WORKDIR /app

COPY requirements/runtime.lock requirements/runtime.lock
RUN pip install --require-hashes -r requirements/runtime.lock

COPY --chown=parley:parley . .
USER parley
ENV DATA_DIR=/data
# The secret of this step is thrown away: collecting files signs nothing.
RUN SECRET_KEY=only-while-building BASE_URL=http://localhost DATA_DIR=/tmp/build \
    python manage.py collectstatic --noinput -v0

VOLUME /data
EXPOSE 8000
