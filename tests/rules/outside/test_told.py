"""Shops told in the words of the feature files, beyond the kept ones: the steps are a language.

The stories are ours, with figures worked out by hand from docs/pricing.md.
"""

from __future__ import annotations

import pytest

from tests.rules.outside import test_sylius
from tests.rules.outside.gherkin import scenarios_of
from tests.rules.outside.steps import run

assert test_sylius.UNDERSTOOD  # the steps are known once they are imported

STORIES = """
Feature: Stories

  Scenario: Amounts and shares in the order of priorities
    Given the store operates on a single channel in "United States"
    And the store has a product "Tea" priced at "€100.00"
    And there is a promotion "Amount" with priority 1
    And it gives "€10.00" discount to every order
    And there is a promotion "Share" with priority 4
    And it gives "20%" discount to every order
    When I add product "Tea" to the cart
    Then my cart total should be "€70.00"
    And my discount should be "-€30.00"

  Scenario: An exclusive promotion goes alone
    Given the store operates on a single channel in "United States"
    And the store has a product "Tea" priced at "$100.00"
    And there is an exclusive promotion "Small" with priority 2
    And it gives "20%" discount to every order
    And there is an exclusive promotion "Great" with priority 5
    And it gives "$10.00" discount to every order
    And there is a promotion "Other" with priority 9
    And it gives "50%" discount to every order
    When I add product "Tea" to the cart
    Then my cart total should be "$90.00"

  Scenario: The lowest price of a product is kept
    Given the store operates on a single channel in "United States"
    And the store has a product "Watch" priced at "$50.00"
    And the product "Watch" has a minimum price of "$45.00" in the "United States" channel
    And the store has a product "Strap" priced at "$20.00"
    And there is a promotion "Sale"
    And it gives "$25.00" discount to every order
    When I add product "Watch" to the cart
    And I add 3 products "Strap" to the cart
    Then the product "Watch" should have total price "$45.00" in the cart
    And the product "Strap" should have total price "$40.00" in the cart
    And my cart total should be "$85.00"

  Scenario: Money of one taxon opens a promotion
    Given the store operates on a single channel in "United States"
    And the store classifies its products as "Cheese" and "Wine"
    And the store has a product "Gouda" priced at "$4.00"
    And it belongs to "Cheese"
    And the store has a product "Red" priced at "$10.00"
    And it belongs to "Wine"
    And there is a promotion "Party"
    And the promotion gives "$5.00" off if order contains products classified as "Cheese" with a minimum value of "$8.00"
    When I add product "Red" to the cart
    And I add product "Gouda" to the cart
    Then there should be no discount applied
    When I change product "Gouda" quantity to 2 in my cart
    Then my discount should be "-$5.00"
    And my cart total should be "$13.00"

  Scenario: A coupon that is used up, and one that is not
    Given the store operates on a single channel in "United States"
    And the store has a product "Tea" priced at "$100.00"
    And the store has a promotion "Autumn" with a coupon "LEAF" that is limited to "10" usages
    And this promotion gives "$10.00" discount to every order
    And this coupon has been used 9 times
    When I add product "Tea" to the cart
    And I use coupon with code "LEAF"
    Then my cart total should be "$90.00"
    Given this coupon has been used 10 times
    Then I should be notified that the coupon is invalid
    And my cart total should be "$100.00"

  Scenario: A coupon on its last day
    Given the store operates on a single channel in "United States"
    And it is "2026-03-01" now
    And the store has a product "Tea" priced at "$100.00"
    And the store has promotion "Autumn" with coupon "LEAF"
    And this promotion gives "$10.00" discount to every order
    And this coupon expires on "2026-03-02"
    When I add product "Tea" to the cart
    And I use coupon with code "LEAF"
    Then my cart total should be "$90.00"
    Given it is "2026-03-02" now
    Then my cart total should be "$100.00"
    And I should be notified that the coupon is invalid

  Scenario: Two channels with two amounts
    Given the store operates on a channel named "Web-US" in "USD" currency
    And the store operates on another channel named "Web-GB" in "GBP" currency
    And the store has a product "Tea" priced at "$20.00" in "Web-US" channel
    And "Tea" variant priced at "£30.00" in "Web-GB" channel
    And there is a promotion "Sale"
    And it gives "$5.00" discount to every order in the "Web-US" channel and "£4.00" discount to every order in the "Web-GB" channel
    When I change my current channel to "Web-GB"
    And I add product "Tea" to the cart
    Then my cart total should be "£26.00"

  Scenario: A catalog promotion in a window, off, and beside a lower price before
    Given the store operates on a single channel in "United States"
    And it is "2026-03-01" now
    And the store has a product "Tea" priced at "$80.00"
    And the product "Tea" has original price "$100.00"
    And the store has a product "Cup" priced at "$10.00"
    And there is a catalog promotion "Spring" between "2026-03-02" and "2026-03-09" available in "United States" channel that reduces price by "50%" and applies on "Tea" variant
    And there is disabled catalog promotion "Off" between "2026-02-02" and "2026-03-09" available in "United States" channel that reduces price by "10%" and applies on "Cup" variant
    When I view product "Tea"
    Then I should see the product price "$80.00"
    And I should see the product original price "$100.00"
    Given it is "2026-03-02" now
    Then I should see this product is discounted from "$100.00" to "$50.00" with "Spring" promotion
    When I view product "Cup"
    Then I should see this product has no catalog promotion applied

  Scenario: A catalog promotion of an amount on a taxon and a product, with a lowest price
    Given the store operates on a single channel in "United States"
    And the store classifies its products as "Hot" and "Cold"
    And the store has a product "Tea" priced at "$8.00"
    And it belongs to "Hot"
    And its minimum price is "$6.50"
    And the store has a product "Ice" priced at "$4.00"
    And it belongs to "Cold"
    And there is a catalog promotion "Spring" that reduces price by fixed "$2.00" in the "United States" channel and applies on "Hot" taxon
    And it applies also on "Ice" product
    When I view product "Tea"
    Then I should see the product price "$6.50"
    When I view product "Ice"
    Then I should see the product price "$2.00"

  Scenario: Shares on every product beyond a total, and on delivery
    Given the store operates on a single channel in "United States"
    And the store has a product "Tea" priced at "$60.00"
    And the store has "DHL" shipping method with "$10.00" fee
    And there is a promotion "Free delivery"
    And it gives free shipping to every order over "$100.00"
    And there is a promotion "Tenth"
    And it gives "10%" off on every product when the item total is at least "$100.00"
    When I add product "Tea" to the cart
    And I proceed with selecting "DHL" shipping method
    Then my cart total should be "$70.00"
    When I add product "Tea" to the cart
    Then my cart total should be "$108.00"
    And my cart shipping total should be "$0.00"
    And my discount should be "-$12.00"
"""
TOLD = scenarios_of(STORIES, "stories")


@pytest.mark.parametrize("scenario", TOLD, ids=lambda scenario: scenario.name)
def test_a_story_in_the_same_words_is_understood(scenario) -> None:  # type: ignore[no-untyped-def]
    run(scenario)
