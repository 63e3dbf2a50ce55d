"""What the tests ask, written out once."""

REFUSAL = """
  ... on Error { code message }
  ... on InvalidInput { path }
"""
LOCK = (
    """
mutation($input: LockTicketsInput!) { lockTickets(input: $input) { __typename
  ... on Hold { id state seats total { amount currency } expiresAt serverTime session { id }
    generalAdmission { quantity ticketTypeId } }
  ... on SeatsUnavailable { labels } ... on SoldOut { ticketTypeId available } ... on TooManyTickets { limit }
  ... on AgeRestricted { minimumAge } ... on SaleNotOpen { opensAt }"""
    + REFUSAL
    + "} }"
)
CHANGE = (
    """
mutation($input: ChangeHoldInput!) { changeHold(input: $input) { __typename
  ... on Hold { id state seats total { amount currency } expiresAt generalAdmission { quantity ticketTypeId } }
  ... on SeatsUnavailable { labels } ... on SoldOut { ticketTypeId available } ... on TooManyTickets { limit }
  ... on HoldExpired { expiredAt } ... on SaleNotOpen { opensAt }"""
    + REFUSAL
    + "} }"
)
RELEASE = """
mutation($id: ID!) { releaseHold(holdId: $id) { __typename ... on Hold { id state seats } ... on Error { code message } } }"""
BUY = (
    """
mutation($input: BuyTicketsInput!) { buyTickets(input: $input) { __typename
  ... on Order { id status total { amount currency } tickets { id seat status token price { amount } ticketType { name } } }
  ... on SeatsUnavailable { labels } ... on HoldExpired { expiredAt }"""
    + REFUSAL
    + "} }"
)
USE = (
    """
mutation($input: UseTicketInput!) { useTicket(input: $input) { __typename
  ... on Ticket { id status usedAt } ... on TicketAlreadyUsed { before: usedAt } ... on TicketNotValid { status }
  ... on WrongSession { sessionId }"""
    + REFUSAL
    + "} }"
)
CANCEL = (
    """
mutation($input: CancelTicketInput!) { cancelTicket(input: $input) { __typename
  ... on Ticket { id status } ... on TicketAlreadyUsed { before: usedAt } ... on TicketNotValid { status }
  ... on SessionStarted { startsAt }"""
    + REFUSAL
    + "} }"
)
AVAILABILITY = """
query($id: ID!) { session(id: $id) { availability { version available held sold seats { status labels }
  generalAdmission { ticketTypeId available } } } }"""
WATCH = """
subscription($id: ID!, $since: Int) { seatAvailability(sessionId: $id, sinceVersion: $since) { __typename
  ... on AvailabilitySnapshot { version available held sold seats { status labels } }
  ... on AvailabilityDelta { previousVersion version available held sold changes { status labels } } } }"""
