"""What a post costs where it is sent, in US dollars; amounts only, never whether they may be spent."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

# "Post: Create" and "Post: Create (with URL)" in force since 20 April 2026, prepaid credits:
# https://docs.x.com/x-api/getting-started/pricing
X_POST: Final = Decimal("0.015")
X_POST_WITH_LINK: Final = Decimal("0.200")
# "Media metadata", which the text for those who don't see the image is.
X_ALT_TEXT: Final = Decimal("0.005")

# "Owned read": one's own posts, for each that is listed.
X_OWN_POST_READ: Final = Decimal("0.001")

TELEGRAM_POST: Final = Decimal("0")


@dataclass(frozen=True, slots=True)
class Prices:
    """What X takes, in US dollars; channels.yaml may say otherwise. Telegram takes nothing."""

    post: Decimal = X_POST
    post_with_link: Decimal = X_POST_WITH_LINK
    alt_text: Decimal = X_ALT_TEXT
    own_post_read: Decimal = X_OWN_POST_READ


# Of what a person sends by hand: the platforms charge for programs alone.
FREE: Final = Prices(*[Decimal(0)] * 4)
