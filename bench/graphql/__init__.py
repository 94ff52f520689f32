"""The GraphQL figures: requests a second beside other servers, waiting times, memory, subscribers."""
