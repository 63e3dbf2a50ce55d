-- What was found of a pick by whoever knows who sits next to whom, as the session's terms have it. `relies` are commands of the
-- same call that were taken to get what they ask for; `best` are seats that the server chose; `available` says how many seats
-- there are where they are too few; `singles` would be left alone, and `suggestion` leaves none.
CREATE OR REPLACE FUNCTION inventory_judged(p_judged jsonb, p_policy text, p_broken int[], OUT verdict text, OUT detail jsonb)
LANGUAGE plpgsql AS $$
BEGIN
    verdict := CASE
        WHEN p_broken <> '{}' AND EXISTS (
            SELECT FROM jsonb_array_elements(p_judged -> 'relies') AS one WHERE one::int = ANY (p_broken)) THEN 'AGAIN'
        WHEN p_judged ? 'unknownType' THEN 'UNKNOWN_TICKET_TYPE'
        WHEN p_judged ? 'unknownSection' THEN 'UNKNOWN_SECTION'
        WHEN p_judged ? 'available' THEN 'SOLD_OUT'
        WHEN p_judged ? 'singles' AND p_policy = 'REFUSE' THEN 'WOULD_LEAVE_SINGLE_SEAT'
        ELSE 'DONE' END;
    detail := CASE
        WHEN verdict = 'UNKNOWN_TICKET_TYPE' THEN jsonb_build_object('ticketType', p_judged -> 'unknownType', 'best', true)
        WHEN verdict = 'UNKNOWN_SECTION' THEN jsonb_build_object('section', p_judged -> 'unknownSection')
        WHEN verdict = 'SOLD_OUT' THEN
            jsonb_build_object('ticketType', p_judged -> 'ticketType', 'available', p_judged -> 'available')
        WHEN verdict = 'WOULD_LEAVE_SINGLE_SEAT' THEN
            jsonb_build_object('labels', p_judged -> 'singles', 'suggestion', p_judged -> 'suggestion')
        WHEN verdict = 'DONE' AND p_judged ? 'best' THEN jsonb_build_object('seats', p_judged -> 'best')
        WHEN verdict = 'DONE' AND p_judged ? 'singles' AND p_policy = 'WARN' THEN
            jsonb_build_object('singles', p_judged -> 'singles')
        ELSE '{}' END;
END $$;

-- EXTEND: a buyer gets as much time again, once; never more than twice the time that a hold has, from when it was locked.
CREATE OR REPLACE FUNCTION inventory_extend(p_session uuid, p_hold uuid, p_length interval, p_clock timestamptz,
    OUT verdict text, OUT detail jsonb)
LANGUAGE plpgsql AS $$
DECLARE
    held hold%ROWTYPE;
BEGIN
    SELECT * INTO held FROM hold WHERE id = p_hold AND session_id = p_session FOR UPDATE;
    verdict := CASE
        WHEN held.id IS NULL THEN 'NOT_FOUND'
        WHEN held.state = 'ORDERED' THEN 'NOT_ALLOWED'
        WHEN held.state <> 'ACTIVE' THEN 'HOLD_EXPIRED'
        WHEN held.extended_at IS NOT NULL THEN 'HOLD_ALREADY_EXTENDED'
        ELSE 'DONE' END;
    detail := jsonb_build_object('at', CASE verdict WHEN 'HOLD_ALREADY_EXTENDED' THEN held.expires_at ELSE held.ended_at END);
    IF verdict = 'DONE' THEN
        UPDATE hold SET extended_at = p_clock,
            expires_at = greatest(expires_at, least(expires_at + p_length, created_at + 2 * p_length))
        WHERE id = p_hold;
    END IF;
END $$;
