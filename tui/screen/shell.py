"""An app that leaves the terminal whole and ends with one sentence: themes, signals, exit codes."""

from __future__ import annotations

import contextlib
import errno
import gc
import logging
import os
from typing import Any, ClassVar

from rich.color import ColorSystem
from rich.console import RenderableType
from textual import events
from textual._compositor import CompositorUpdate
from textual._styles_cache import StylesCache
from textual.app import App
from textual.await_complete import AwaitComplete
from textual.binding import BindingType
from textual.filter import Monochrome, NoColor
from textual.reactive import Reactive
from textual.screen import Screen
from textual.widget import Widget

from tui.flows.clean import clean
from tui.screen.commands import KEYS
from tui.screen.frame import Pacer, is_full, size_of
from tui.screen.guard import Guard
from tui.screen.options import Options
from tui.screen.sent import Sent
from tui.screen.themes import ThemeError, is_dumb, load_themes, suits, variables_of
from tui.screen.timekeys import TAKE_KEYS, TIME_KEYS

LOG = logging.getLogger(__name__)
# Seconds that quitting waits for the terminal's last answer; pressing q again does not wait.
LAST_ANSWER = 0.4
# Seconds that a screen being opened is not drawn, at most.
HELD = 0.25


class Stage(Screen[None]):
    """The main screen. Textual's own is sent whole whenever the focus moves; here each widget repaints what it must."""

    focused = Reactive[Widget | None](None, repaint=False)


class Shell(App[None]):
    """What surrounds the panes: how the program begins, looks and ends.

    Raises:
        ThemeError: a theme file cannot be used, or the theme asked for does not exist.
    """

    CSS_PATH = "app.tcss"
    TITLE = "vpctop"
    BINDINGS: ClassVar[list[BindingType]] = [*KEYS, *TIME_KEYS, *TAKE_KEYS]
    ALLOW_SELECT = False

    def __init__(self, options: Options) -> None:
        super().__init__()
        self.options = options
        self.farewell = ""
        self.pacer = Pacer()
        self.sent = Sent()
        self._guard = Guard(self._leave)
        self._is_leaving = False
        self._is_owed = False  # something was not drawn
        self._is_held = False  # nothing is drawn for a moment
        self.theme_names = self._use_themes()
        self.set_class(options.ascii, "-ascii")
        if is_dumb(os.environ):
            # Rich knows no colours for TERM=dumb, and Textual would then send 24-bit ones.
            self.console._color_system = ColorSystem.STANDARD  # noqa: SLF001  the constructor is Textual's

    def _use_themes(self) -> tuple[str, ...]:
        themes = load_themes(self.options.theme_folder)
        for theme in themes.values():
            self.register_theme(theme)
        name = self.options.theme or suits(os.environ)
        if name not in self.available_themes:
            raise ThemeError(
                f"there is no theme {clean(name, 60)!r}; there are {', '.join(sorted(self.available_themes))}"
            )
        self.theme = name
        if self.no_color and self.current_theme.ansi:
            # Textual chose while its own theme was on: greys as 24-bit colours, where none at all are wanted.
            self._filters = [NoColor() if isinstance(each, Monochrome) else each for each in self._filters]
        return tuple(themes)

    def get_default_screen(self) -> Screen[Any]:
        """The main screen."""
        return Stage(id="_default")

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Our colours for themes that do not name them."""
        return variables_of(self.current_theme)

    def refresh_css(self, animate: bool = True) -> None:
        """Restyle for another theme. Before there is a screen the styles are still to be read: once is enough."""
        if self.screen_stack:
            super().refresh_css(animate)
        else:
            self.stylesheet.set_variables(self.get_css_variables())

    def run(self, **how: Any) -> None:
        """Run until the reader quits, the source fails for good, or a signal or the terminal ends it."""
        self._guard.start()
        gc.disable()  # until the first paint: nothing is garbage yet, and looking for it takes a tenth of the time
        try:
            super().run(**{"mouse": self.options.mouse, **how})
        except OSError as error:
            if error.errno not in {errno.EIO, errno.EBADF}:
                raise
            LOG.info("the terminal is gone")
        finally:
            gc.enable()
            self._guard.stop()

    @property
    def return_code(self) -> int | None:
        """The exit code: 128 and the signal when one ended the program."""
        return self._guard.code or super().return_code

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        """Draw, unless the terminal does not read: the loop would wait for it, and keys and records with the loop."""
        if self._is_held or is_full(self._driver):
            self._is_owed = True
            return
        if isinstance(renderable, CompositorUpdate):
            renderable = self.sent.only_news(renderable)
        super()._display(screen, renderable)

    def push_screen(self, *arguments: Any, **how: Any) -> Any:
        """Lay a screen over this one. Textual paints it empty first, and then again: 6 kB and a flicker less."""
        self._is_held = True
        self.set_timer(HELD, self._release)
        self.call_after_refresh(self.call_after_refresh, self._release)
        return super().push_screen(*arguments, **how)

    def _release(self) -> None:
        if self._is_held:
            self._is_held = False
            self.draw_owed()

    def pop_screen(self) -> AwaitComplete:
        """Leave a screen, and what Textual would remember of it.

        Its cache of box sizes holds the last 1,024 widgets' strips, those of palettes long closed too: 450 kB each.
        """
        left = super().pop_screen()
        self.call_after_refresh(lambda: StylesCache.get_inner_outer.cache_clear())  # noqa: PLW0108  Textual reads signatures, and a built-in has none
        return left

    def on_resize(self, event: events.Resize) -> None:
        """A terminal moves its lines when it gets another size.

        Textual reads the size in a signal handler. Where sizes follow each other closely the handlers are nested, and the
        one that read first tells last: what it tells may be no more so.
        """
        self.sent.forget()
        now = size_of(self._driver)
        if now is not None and now != event.size:
            self.post_message(events.Resize(now, now))

    def action_redraw(self) -> None:
        """Send the whole screen: something else has drawn on the terminal."""
        self.sent.forget()
        self.screen.refresh()

    def draw_owed(self) -> None:
        """Draw what could not be drawn, as it is now, once the terminal reads again."""
        if self._is_owed and not is_full(self._driver):
            self._is_owed = False
            self.screen.refresh()

    def end_frame(self) -> None:
        """What has changed until now is a frame: the next one waits until the terminal has shown it."""
        self.call_after_refresh(lambda: self.pacer.sent(self._driver))

    def on_cursor_position(self) -> None:
        """The terminal answered: it has shown the last frame."""
        self.pacer.answered()
        if self._is_leaving:
            self.exit()

    async def action_quit(self) -> None:
        """Leave, once the terminal has given the answer that is still to come: later it would be typed into the shell."""
        self.pacer.close()
        if not self.pacer.is_waiting or self._is_leaving:
            self.exit()
            return
        self._is_leaving = True
        self.set_timer(LAST_ANSWER, self.exit)

    def _leave(self, code: int) -> None:
        """Quit, asked from the guard's thread; its watchdog stands behind where the app is on its way out by itself."""
        if self._driver is None:
            os._exit(code)  # the terminal is not taken yet
        if (loop := self._loop) is not None:
            with contextlib.suppress(RuntimeError):  # it is closed: the end has come
                loop.call_soon_threadsafe(lambda: self.exit(return_code=code))

    def _handle_exception(self, error: Exception) -> None:
        """Log an error of our own code and end with one sentence; Textual would print a screenful of traceback."""
        if self.is_headless:
            super()._handle_exception(error)  # tests want to see it
            return
        LOG.error("the screen met an unexpected error", exc_info=error)
        where = f"; the log {self.options.log_path} has the details" if self.options.log_path else ""
        self.farewell = f"vpctop met an error of its own ({type(error).__name__}: {clean(str(error))}){where}"
        self.exit(return_code=1)

    def action_theme(self, name: str) -> None:
        """Change the colours."""
        self.theme = name
