"""The views of the dashboard, in the order of the navigation; the first is the landing page.

A view is a file with a `View` and a line below; its words go into `dashboard/words`.
"""

from dashboard.views import inbox
from dashboard.views.client import page as client
from dashboard.views.view import View

VIEWS: tuple[View, ...] = (
    inbox.VIEW,
    client.VIEW,
)
