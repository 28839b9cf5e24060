select county_and_entity, potential_allocation, completed from ohio_neu
