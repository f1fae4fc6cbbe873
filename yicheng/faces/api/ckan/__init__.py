"""The reading half of CKAN's action API: harvesters and clients of CKAN read the city's open data unchanged."""
