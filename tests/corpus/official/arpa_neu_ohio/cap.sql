-- the units that applied and share in nothing that was forfeited: their total is their cap, which is printed nowhere else
select county_and_entity, county_and_entity as entity, total_allocation from ohio_neu
where completed = 'Y' and reallocation_payment = '0'
