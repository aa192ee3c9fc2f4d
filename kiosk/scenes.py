"""Each scene as what is drawn of it: the feature's own view, chosen by whose scene it is."""

from __future__ import annotations

from dataclasses import replace

from kiosk.basket import view as basket_view
from kiosk.checkout import state as checkout
from kiosk.checkout import view as checkout_view
from kiosk.frame import Button
from kiosk.items import PictureOf
from kiosk.lobby import view as lobby
from kiosk.messages import AddToBasket, OpenBasket
from kiosk.pricecheck import state as priced
from kiosk.pricecheck import view as pricecheck_view
from kiosk.sales import state as sales
from kiosk.sales import view as sales_view
from kiosk.search import state as sought
from kiosk.search import view as search_view
from kiosk.situation import Scene
from kiosk.staff import state as staffed
from kiosk.staff import view as staff_view
from kiosk.survey import state as survey
from kiosk.survey import view as survey_view
from kiosk.survey_messages import OpenSurvey
from kiosk.view import Body
from kiosk.words import Words


def body_of(scene: Scene, words: Words, picture_of: PictureOf) -> Body:
    """Give what is drawn inside the frame."""
    if isinstance(scene, lobby.State):
        return lobby.view_of(scene, words)
    if isinstance(scene, sought.State):
        return search_view.view_of(scene, words, picture_of)
    if isinstance(scene, staffed.State):
        return staff_view.view_of(scene, words)
    if isinstance(scene, priced.State):
        return pricecheck_view.view_of(scene, words, picture_of)
    if isinstance(scene, checkout.State):
        return checkout_view.view_of(scene, words)
    if isinstance(scene, sales.State):
        return sales_view.view_of(scene, words)
    if isinstance(scene, survey.State):
        return survey_view.view_of(scene, words)
    return basket_view.view_of(scene, words, picture_of)


def with_surveys(body: Body, words: Words, faces: lobby.FacesCard | None, offered: int) -> Body:
    """Add to the poster what is asked there, and the way into what is offered."""
    if not isinstance(body, lobby.AttractView):
        return body
    if offered:
        invite = Button(words.say("Answer a short survey"), OpenSurvey(), "comment-text-outline")
        body = replace(body, invite=invite)
    return replace(body, faces=faces)


def with_way_in(body: Body, words: Words) -> Body:
    """Add the way into the basket to what is drawn of a price, or of the poster."""
    match body:
        case pricecheck_view.ProductView():
            add = Button(words.say("Add to basket"), AddToBasket(), "cart-plus")
            return replace(body, add=add)
        case lobby.AttractView(actions=actions):
            begin = Button(words.say("Start a basket"), OpenBasket(), "cart-outline")
            others = (
                replace(action, icon="") for action in actions
            )  # three are beside one another
            return replace(body, actions=(begin, *others))
        case _:
            return body
