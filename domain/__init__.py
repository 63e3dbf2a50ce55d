"""What a ticket is and what may happen to it: plain Python, no I/O, no clock, no framework.

Glossary
    organizer   who puts events on
    event       what people come for: a concert, a film, a match, a bus route
    session     one dated occurrence of an event, what tickets are sold for
    seat map    the immutable layout of a room; the same content has the same hash
    ticket type a price level of a session, seated or general admission
    hold        tickets locked for one buyer for a limited time, at a quoted price
    order       a hold on its way to being paid; paid, it has tickets
    ticket      the right to enter a session once
    check-in    the use of a ticket at a gate
    change      a thing that happened to a session's inventory, a fact under one version
"""
