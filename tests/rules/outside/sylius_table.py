"""What became of each scenario of the kept feature files: the table that test_sylius.py runs.

Feature by feature, each scenario by its name (equal names in one file are counted from 2 on).
"""

from __future__ import annotations

from tests.rules.outside.verdicts import Differs, Out, Runs

RUNS = Runs()
BY_FEE = Runs(
    "a delivery fee is an item of a category of its own, which offers on the order leave out"
)
BY_ORDERS = Runs("the nth order is a customer group, given by whoever knows the shopper's orders")
BY_USED = Runs("what was used up before is passed in; which orders count is for whoever keeps them")
NO_CODES = Out(
    "codes of vouchers are made and checked by the server; the engine is told which were shown"
)
NO_PLACES = "docs/pricing.md, head: equal priorities are allowed, the smaller id goes first; no rule moves another"

TABLE: dict[str, dict[str, Runs | Differs | Out]] = {
    "admin/promotion/managing_catalog_promotions/prioritizing_catalog_promotions.feature": {
        "Adding a catalog promotion with a priority higher than all existing catalog promotions does not change priority values": RUNS,
        "Adding a catalog promotion with a priority lower than all existing ones increases the priority value of other catalog promotions by 1": Differs(
            NO_PLACES,
            {
                'the catalog promotion named "Winter sale" should have priority 21': 'the catalog promotion named "Winter sale" should have priority 20',
                'the catalog promotion named "Year-end sale" should have priority 31': 'the catalog promotion named "Year-end sale" should have priority 30',
                'the catalog promotion named "Spring sale" should have priority 41': 'the catalog promotion named "Spring sale" should have priority 40',
            },
        ),
        "Adding a catalog promotion with a priority equal to one of the existing catalog promotions increases the priority value of all catalog promotions with a priority greater equal than created catalog promotion by 1, but has no effect on the others": Differs(
            NO_PLACES,
            {
                'the catalog promotion named "Year-end sale" should have priority 31': 'the catalog promotion named "Year-end sale" should have priority 30',
                'the catalog promotion named "Spring sale" should have priority 41': 'the catalog promotion named "Spring sale" should have priority 40',
            },
        ),
        "Adding a catalog promotion with a priority equal -1 sets a priority value of the created promotion one greater than the current highest value": Differs(
            NO_PLACES,
            {
                'the catalog promotion named "Collection sale" should have priority 41': 'the catalog promotion named "Collection sale" should have priority -1',
            },
        ),
        "Adding a catalog promotion with some negative priority lower than -1 determines the position of the created catalog promotion starting count backward and if calculated index is already taken increases the priority value of all catalog promotions with a priority greater equal than calculated priority value by 1": Differs(
            NO_PLACES,
            {
                'the catalog promotion named "Year-end sale" should have priority 31': 'the catalog promotion named "Year-end sale" should have priority 30',
                'the catalog promotion named "Spring sale" should have priority 41': 'the catalog promotion named "Spring sale" should have priority 40',
                'the catalog promotion named "Collection sale" should have priority 27': 'the catalog promotion named "Collection sale" should have priority -15',
            },
        ),
        "Updating a catalog promotion priority to one of the existing catalog promotions decreases its priority value by 1": Differs(
            NO_PLACES,
            {
                'the catalog promotion named "Year-end sale" should have priority 29': 'the catalog promotion named "Year-end sale" should have priority 30',
            },
        ),
    },
    "admin/promotion/managing_coupons/being_unable_to_generate_too_many_coupons_with_prefix_and_suffix.feature": {
        "Being unable to generate too many coupons with prefix": NO_CODES,
        "Being unable to generate too many coupons with suffix": NO_CODES,
        "Being unable to generate too many coupons with prefix and suffix": NO_CODES,
    },
    "admin/promotion/managing_coupons/coupon_generate_validation.feature": {
        "Trying to generate new coupons without specifying their amount": NO_CODES,
        "Trying to generate new coupons without specifying their code length": NO_CODES,
        "Trying to generate new coupons with code length impossible to generate": NO_CODES,
        "Trying to generate new coupons with amount and code length impossible to generate": NO_CODES,
    },
    "admin/promotion/managing_coupons/generating_coupon_with_prefix_and_suffix.feature": {
        "Generating new coupons with prefix": NO_CODES,
        "Generating new coupons with suffix": NO_CODES,
        "Generating new coupons with prefix and suffix": NO_CODES,
    },
    "admin/promotion/tracking_usage/decreasing_promotion_usage_after_cancelling_order.feature": {
        "Seeing promotion usage decreased after order cancellation": Out(
            "counting usages and taking them back is for whoever keeps the orders; the engine is told how many there were"
        ),
    },
    "shop/promotion/applying_catalog_promotions/applying_catalog_promotion_with_different_scopes_defined.feature": {
        "Applying catalog promotion only once on variant defined in two scopes": RUNS,
        "Applying catalog promotion on variant": RUNS,
    },
    "shop/promotion/applying_catalog_promotions/applying_catalog_promotion_with_proper_priorities.feature": {
        "Applying catalog promotion with descending order by their priority": RUNS,
    },
    "shop/promotion/applying_catalog_promotions/applying_catalog_promotions_based_on_product_original_price.feature": {
        "Applying simple catalog promotions": RUNS,
    },
    "shop/promotion/applying_catalog_promotions/applying_catalog_promotions_for_taxon.feature": {
        "Applying simple catalog promotions": RUNS,
        "Applying simple catalog promotions on a product belongs to child taxon": RUNS,
        "Applying multiple catalog promotions": RUNS,
        "Not applying catalog promotion if it's not eligible": RUNS,
    },
    "shop/promotion/applying_catalog_promotions/applying_catalog_promotions_for_variant.feature": {
        "Applying simple catalog promotions": RUNS,
        "Applying multiple catalog promotions": RUNS,
        "Not applying catalog promotion if it's not eligible": RUNS,
    },
    "shop/promotion/applying_catalog_promotions/applying_catalog_promotions_in_proper_channels.feature": {
        "Applying catalog promotion": RUNS,
        "Not applying catalog promotion if it is not available in current channel": RUNS,
    },
    "shop/promotion/applying_catalog_promotions/applying_catalog_promotions_in_proper_time_range.feature": {
        "Applying catalog promotion with its time range": RUNS,
        "Not applying catalog promotion if its start date has not been reached": RUNS,
        "Not applying catalog promotion if its end date has already passed": RUNS,
        "Not applying catalog promotion if its end date has already passed after end date modification": RUNS,
    },
    "shop/promotion/applying_catalog_promotions/applying_catalog_promotions_price_calculation.feature": {
        "Discounted price is round": RUNS,
        "Discounted price is rounded to a lower last digit": RUNS,
        "Discounted price is rounded to an upper last digit on 4/5 scenario": RUNS,
        "Discounted price is rounded to an upper last digit": RUNS,
    },
    "shop/promotion/applying_catalog_promotions/applying_catalog_promotions_with_fixed_discount_action.feature": {
        "Applying simple catalog promotion": RUNS,
        "Applying simple catalog promotion on another variant": RUNS,
        "Applying multiple catalog promotions": RUNS,
    },
    "shop/promotion/applying_catalog_promotions/applying_only_exclusive_catalog_promotion.feature": {
        "Applying only exclusive catalog promotion": RUNS,
        "Applying always single exclusive catalog promotion with highest priority": RUNS,
    },
    "shop/promotion/applying_catalog_promotions/seeing_applied_catalog_promotion_on_products_with_options.feature": {
        "Seeing applied catalog promotion on the product with default option": RUNS,
        "Seeing applied catalog promotion on the product with non default option": RUNS,
        "Seeing applied catalog promotion on the product after changing the options multiple times": RUNS,
        "Seeing no applied catalog promotion on the product option without applied catalog promotion": RUNS,
    },
    "shop/promotion/applying_catalog_promotions/seeing_applied_catalog_promotions_on_products_list.feature": {
        "Seeing applied catalog promotion on products list": RUNS,
    },
    "shop/promotion/applying_promotion_coupon/applying_promotion_coupon.feature": {
        "Receiving fixed discount for my cart": RUNS,
    },
    "shop/promotion/applying_promotion_coupon/applying_promotion_coupon_with_full_percentage.feature": {
        "Receiving full percentage discount for my cart": RUNS,
    },
    "shop/promotion/applying_promotion_coupon/applying_promotion_coupon_with_per_customer_usage_limit.feature": {
        "Receiving discount from valid coupon with a per customer usage limit as a logged in customer": BY_USED,
        "Receiving discount from valid coupon with a per customer usage limit as a logged in customer [2]": BY_USED,
        "Receiving no discount from valid coupon that has reached its per customer usage limit": BY_USED,
        "Cancelled orders do not affect per customer usage limit by default": BY_USED,
        "Cancelled orders affect per customer usage limit": BY_USED,
    },
    "shop/promotion/applying_promotion_coupon/denying_usage_of_unexisting_promotion_coupon.feature": {
        "Receiving no discount from nonexistent coupon": RUNS,
    },
    "shop/promotion/applying_promotion_coupon/receiving_no_discount_if_coupon_promotion_is_not_eligible.feature": {
        "Receiving no discount if promotion for the applied coupon is not enabled in the current channel": RUNS,
        "Receiving no discount if promotion for the applied coupon has not started yet": RUNS,
        "Receiving no discount if promotion for the applied coupon has already expired": RUNS,
        "Receiving no discount if promotion's usage for the applied coupon is already exceeded": BY_USED,
        "Receiving no discount if promotion's rules for the applied coupon are not fulfilled": RUNS,
    },
    "shop/promotion/applying_promotion_rules/reapplying_promotion_on_cart_change.feature": {
        "Not receiving discount on shipping after removing last item from cart": BY_FEE,
        "Receiving discount on shipping after shipping method change": BY_FEE,
        "Receiving discount after removing an item from the cart and then adding another one": RUNS,
        "Not receiving discount when cart does not meet the required total value after removing an item": RUNS,
        "Not receiving discount when cart does not meet the required quantity after removing an item": RUNS,
    },
    "shop/promotion/applying_promotion_rules/receiving_discount_based_on_cart_quantity.feature": {
        "Receiving discount when buying more than required quantity": RUNS,
        "Receiving discount when buying the required quantity": RUNS,
        "Not receiving discount when buying less than required quantity": RUNS,
        "Receiving discount when buying different products with the required quantity": RUNS,
    },
    "shop/promotion/applying_promotion_rules/receiving_discount_based_on_chosen_product.feature": {
        "Receiving discount on order while buying promoted product": RUNS,
        "Receiving discount on order while buying promoted product [2]": RUNS,
        "Receiving no discount on order while buying product different then discounted": RUNS,
    },
    "shop/promotion/applying_promotion_rules/receiving_discount_based_on_customer_group.feature": {
        "Not logged in customer should not receive discount": RUNS,
        "Receiving discounts when belonging to a specific customer group": RUNS,
        "Not receiving discount when belonging to a different customer group that specified in the promotion": RUNS,
    },
    "shop/promotion/applying_promotion_rules/receiving_discount_based_on_items_total.feature": {
        "Receiving discount when buying items for the required total value": RUNS,
        "Receiving discount when buying items for more than required total value": RUNS,
        "Not receiving discount when buying items for less than required total value": RUNS,
        "Receiving discount when buying different products for more than the required total value": RUNS,
    },
    "shop/promotion/applying_promotion_rules/receiving_discount_based_on_nth_order.feature": {
        "Receiving a discount on an order if it's nth order placed": BY_ORDERS,
        "Receiving no discount on an order if it's not nth order placed": BY_ORDERS,
        "Receiving a discount on 6th order when 5th one was cancelled": BY_ORDERS,
    },
    "shop/promotion/applying_promotion_rules/receiving_discount_based_on_nth_order_for_guest_customer.feature": {
        "Receiving a discount on an first order": BY_ORDERS,
        "Receiving no discount on an order if it is not first order placed": BY_ORDERS,
        "Receiving no discount on an order if I placed more than one order": BY_ORDERS,
    },
    "shop/promotion/complex_promotions.feature": {
        "Receiving a discount on the first order": BY_ORDERS,
        "Receiving a discount on items and shipping from one promotion based on items total": BY_FEE,
        "Receiving a discount on products from a specific taxon if an order contains products from an another taxon": RUNS,
        "Receiving a discount on items and the whole order from one promotion based on items total": RUNS,
        "Receiving a discount on products from multiple taxons based on products from different taxons": RUNS,
        "Receiving a discount on products from a specific taxon together with fixed discount on order": RUNS,
    },
    "shop/promotion/receiving_discount/applying_only_promotions_enabled_for_given_channel.feature": {
        "Receiving fixed discount for my cart": RUNS,
        "Not receiving discount when promotion is disabled for current channel": RUNS,
    },
    "shop/promotion/receiving_discount/receiving_fixed_discount_from_cart_promotions_only_on_non_discounted_products.feature": {
        "Receiving product discount from cart promotions also on discounted products": RUNS,
        "Receiving product discount from cart promotions only on non discounted products": RUNS,
        "Receiving order discount from cart promotions distributed only on non discounted products": RUNS,
    },
    "shop/promotion/receiving_discount/receiving_fixed_discount_on_cart.feature": {
        "Receiving fixed discount for my cart": RUNS,
        "Receiving fixed discount equal to the items total of my cart": RUNS,
        "Receiving fixed discount equal to the items total of my cart even if the discount is bigger than the items total": RUNS,
        "Receiving fixed discount does not affect the shipping fee": BY_FEE,
    },
    "shop/promotion/receiving_discount/receiving_fixed_discount_on_items_on_price_range.feature": {
        "Receiving fixed discount on a single item fulfilling minimum price criteria": RUNS,
        "Receiving fixed discount on a single item with price equal to filter minimum criteria": RUNS,
        "Receiving fixed discount on a single item fulfilling maximum price criteria": RUNS,
        "Receiving fixed discount on a single item with price equal to filter maximum criteria": RUNS,
        "Receiving fixed discount on a single item fulfilling range price criteria": RUNS,
        "Receiving fixed discount on a single item with price equal to filter range minimum criteria": RUNS,
        "Receiving fixed discount on a single item with price equal to filter range maximum criteria": RUNS,
        "Receiving fixed discount on multiple items fulfilling range price criteria": RUNS,
        "Receiving fixed discount equal to the items total of my cart": RUNS,
        "Receiving fixed discount equal to the items total of my cart even if the discount is bigger than the items total": RUNS,
        "Receiving fixed discount only on items that fit price range criteria": RUNS,
        "Receiving different discounts on items from different price ranges": RUNS,
    },
    "shop/promotion/receiving_discount/receiving_fixed_discount_on_products_from_specific_taxon.feature": {
        "Receiving fixed discount on a single item from specific taxon": RUNS,
        "Receiving fixed discount on a multiple items from specific taxon": RUNS,
        "Receiving fixed discount equal to the items total of my cart": RUNS,
        "Receiving fixed discount equal to the items total of my cart even if the discount is bigger than the items total": RUNS,
        "Receiving fixed discount only on items from specific taxon": RUNS,
        "Receiving different discounts on items from different taxons": RUNS,
    },
    "shop/promotion/receiving_discount/receiving_fixed_discount_on_specific_products.feature": {
        "Receiving fixed discount on a single item": RUNS,
        "Not receiving fixed discount on another item": RUNS,
        "Receiving fixed discount on a multiple items": RUNS,
        "Receiving fixed discount equal to the items total of my cart": RUNS,
        "Receiving fixed discount equal to the items total of my cart even if the discount is bigger than the items total": RUNS,
        "Receiving fixed discount only on specified product": RUNS,
        "Receiving different discounts on different items": RUNS,
    },
    "shop/promotion/receiving_discount/receiving_percentage_discount_from_cart_promotions_only_on_non_discounted_products.feature": {
        "Receiving product discount from cart promotions also on discounted products": RUNS,
        "Receiving product discount from cart promotions only on non discounted products": RUNS,
        "Receiving order discount from cart promotions distributed only on non discounted products": RUNS,
    },
    "shop/promotion/receiving_discount/receiving_percentage_discount_on_products_from_specific_taxon.feature": {
        "Receiving percentage discount on a single item from specific taxon": RUNS,
        "Receiving percentage discount on a multiple items from specific taxon": RUNS,
        "Receiving percentage discount only on items from specific taxon": RUNS,
        "Receiving different discounts on items from different taxons": RUNS,
    },
    "shop/promotion/receiving_discount/receiving_percentage_discount_on_specific_products.feature": {
        "Receiving percentage discount on a single item": RUNS,
        "Receiving percentage discount on a multiple items": RUNS,
        "Receiving percentage discount only on specified items": RUNS,
        "Receiving different discounts on different items": RUNS,
    },
    "shop/promotion/receiving_discount/receiving_percentage_discount_promotion_on_order.feature": {
        "Receiving percentage discount for my cart": RUNS,
        "Receiving percentage discount does not affect the shipping fee": BY_FEE,
        "Receiving percentage discount is correct for two items with different price": RUNS,
        "Receiving percentage discount is proportional to items values": RUNS,
    },
    "shop/promotion/reverting_discount/reverting_previously_applied_discount_on_cart.feature": {
        "Reverting discount applied from total item quantity based promotion": RUNS,
        "Reverting discount applied from total item cost based promotion": RUNS,
    },
}
