"""An application that cannot start: something that it needs was not installed."""

import a_module_that_is_not_installed


def application(environ, start_response):
    return a_module_that_is_not_installed.answer(environ, start_response)
