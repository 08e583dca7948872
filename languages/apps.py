from django.apps import AppConfig


class LanguagesConfig(AppConfig):
    name = "languages"

    def ready(self) -> None:
        from languages.saying import current_reader
        from languages.sentences import pages_are_read_by

        pages_are_read_by(current_reader)
