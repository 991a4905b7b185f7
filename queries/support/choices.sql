-- says: values that occur in a dimension
select value from dimension_value where dimension = $dimension order by lower(value), value
