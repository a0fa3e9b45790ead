extension AttributeTable {
  /// Google's product data specification as of November 2026: names, how often, forms and limits.
  /// From https://support.google.com/merchants/answer/7052112 and the Merchant API's attribute
  /// list (products_v1 1.9.0). Rules that tie attributes together are in the validator.
  static let google = AttributeTable(
    """
    id 1 text 50
    title ? text 150
    description ? text 5000
    structured_title ? group
      digital_source_type ? word default|trained_algorithmic_media
      content 1 text 150
    structured_description ? group
      digital_source_type ? word default|trained_algorithmic_media
      content 1 text 5000
    short_title ? text 150
    link 1 url
    mobile_link ? url
    canonical_link ? url
    ads_redirect ? url
    link_template ? url
    mobile_link_template ? url
    image_link 1 image
    additional_image_link *10 image
    lifestyle_image_link *10 image
    video_link *10 url
    virtual_model_link ? url
    document_link *10 url
    price 1 price
    sale_price ? price
    sale_price_effective_date ? dates
    auto_pricing_min_price ? price
    maximum_retail_price ? price
    cost_of_goods_sold ? price
    availability 1 word in_stock|out_of_stock|preorder|backorder|limited_availability
    availability_date ? date
    expiration_date ? date
    disclosure_date ? date
    unit_pricing_measure ? measure oz|lb|mg|g|kg|floz|pt|qt|gal|ml|cl|l|cbm|in|ft|yd|cm|m|sqft|sqm|ct
    unit_pricing_base_measure ? measure oz|lb|mg|g|kg|floz|pt|qt|gal|ml|cl|l|cbm|in|ft|yd|cm|m|sqft|sqm|ct
    brand ? text 70
    gtin *10 gtin
    mpn ? text 70
    identifier_exists ? flag
    condition ? word new|refurbished|used
    google_product_category ? text 750
    product_type * text 750
    item_group_id ? text 50
    item_group_title ? text 150
    color ? text 100
    size ? text 100
    size_type *2 word regular|petite|maternity|big|tall|plus
    size_system ? word US|UK|EU|DE|FR|JP|CN|IT|BR|MEX|AU
    material ? text 200
    pattern ? text 100
    age_group ? word newborn|infant|toddler|kids|adult
    gender ? word male|female|unisex
    adult ? flag
    is_bundle ? flag
    multipack ? integer 2-1000000
    variant_option * group
      name 1 text 100
      value 1 text 100
    energy_efficiency_class ? word A+++|A++|A+|A|B|C|D|E|F|G
    min_energy_efficiency_class ? word A+++|A++|A+|A|B|C|D|E|F|G
    max_energy_efficiency_class ? word A+++|A++|A+|A|B|C|D|E|F|G
    product_length ? measure in|cm
    product_width ? measure in|cm
    product_height ? measure in|cm
    product_weight ? measure lb|oz|g|kg
    product_highlight *100 text 150
    product_detail *1000 group
      section_name ? text 140
      attribute_name 1 text 140
      attribute_value 1 text 1000
    certification * group
      certification_authority 1 word EC|European_Commission|ADEME|BMWK|EPA
      certification_name 1 text 2000
      certification_code ? text 2000
      certification_value ? text 2000
      certification_document_link ? url
      certification_label_link ? url
    popularity_rank ? decimal 0-100
    question_and_answer *30 group
      question 1 text 1000
      answer 1 text 1000
    related_product * group
      relationship_type 1 word part_of_set|required_part|often_bought_with|substitute|different_brand|accessory
      id_type 1 word gtin|id
      id 1 text 50
    custom_label_0 ? text 100
    custom_label_1 ? text 100
    custom_label_2 ? text 100
    custom_label_3 ? text 100
    custom_label_4 ? text 100
    promotion_id *10 text 50
    ads_grouping ? text 100
    ads_labels * text 100
    included_destination * text 100
    excluded_destination * text 100
    shopping_ads_excluded_country * country
    pause ? word ads|all
    external_seller_id ? text 50
    shipping_label ? text 100
    return_policy_label ? text 100
    transit_time_label ? text 100
    shipping_weight ? measure lb|oz|g|kg
    shipping_length ? measure in|cm
    shipping_width ? measure in|cm
    shipping_height ? measure in|cm
    ships_from_country ? country
    min_handling_time ? integer 0-365
    max_handling_time ? integer 0-365
    pickup_method ? text 100
    pickup_sla ? text 100
    store_code ? text 100
    quantity ? integer 0-1000000000
    tax_category ? text 100
    installment * group
      months 1 integer 1-1000
      amount 1 price
      downpayment ? price
      credit_type ? word finance|lease
    subscription_cost ? group
      period 1 word week|month|year
      period_length 1 integer 1-1000
      amount 1 price
    loyalty_points ? group
      name ? text 24
      points_value 1 integer 0-1000000000
      ratio ? decimal 0-1000000
    loyalty_program * group
      program_label ? text 100
      tier_label ? text 100
      price ? price
      cashback_for_future_use ? price
      loyalty_points ? integer 0-1000000000
      member_price_effective_date ? dates
      shipping_label ? text 100
    shipping * group
      country ? country
      region ? text 100
      postal_code ? text 100
      location_id ? text 100
      location_group_name ? text 100
      service ? text 100
      price ? price
      min_handling_time ? integer 0-365
      max_handling_time ? integer 0-365
      min_transit_time ? integer 0-365
      max_transit_time ? integer 0-365
      handling_cutoff_time ? text 5
      handling_cutoff_timezone ? text 100
      loyalty_program_label ? text 100
      loyalty_tier_label ? text 100
    carrier_shipping * group
      country 1 country
      region ? text 100
      postal_code ? text 100
      origin_postal_code ? text 100
      flat_price ? price
      carrier_price ? text 100
      carrier_price_flat_adjustment ? text 100
      carrier_price_percentage_adjustment ? text 100
      min_handling_time ? integer 0-365
      max_handling_time ? integer 0-365
      fixed_min_transit_time ? integer 0-365
      fixed_max_transit_time ? integer 0-365
      carrier_transit_time ? text 100
    free_shipping_threshold * group
      country 1 country
      price_threshold 1 price
    shipping_handling_business_days * group
      country ? country
      business_days 1 text 100
    shipping_transit_business_days * group
      country ? country
      business_days 1 text 100
    handling_cutoff_time * group
      country ? country
      cutoff_time 1 text 5
      cutoff_timezone ? text 100
      disable_delivery_after_cutoff ? flag
    minimum_order_value *100 group
      country ? country
      service ? text 100
      surface ? word online|local|online_local
      price 1 price
    pickup_cost ? group
      flat_rate 1 price
      free_threshold ? price
    sustainability_incentive * group
      type ? text 100
      amount ? price
      percentage ? decimal 0-100
    tax * group
      country ? country
      region ? text 100
      rate 1 decimal 0-100
      tax_ship ? flag
      postal_code ? text 100
      location_id ? text 100
    """)
}
