"""Signing in, staying signed in, and what is said to those who are not."""

from tests.api.conftest import House

LOGIN = """mutation($input: LoginInput!) { login(input: $input) { __typename
  ... on AuthTokens { accessToken refreshToken expiresAt user { email roles } } ... on Error { code message } } }"""
ME = "{ me { email } }"


async def test_a_login_answers_with_tokens_and_who_it_is(house: House) -> None:
    tokens = await house.nobody.ask(LOGIN, {"input": {"email": "Gate@Example.com", "password": "usher-demo"}})
    assert tokens["user"] == {"email": "gate@example.com", "roles": ["ATTENDEE", "GATE"]}
    assert await house.fan.ask(ME) == {"email": "fan@example.com"}
    assert await house.nobody.ask(ME) is None


async def test_a_wrong_password_and_an_unknown_email_are_the_same_refusal(house: House) -> None:
    refused = [
        await house.nobody.ask(LOGIN, {"input": {"email": email, "password": "wrong"}})
        for email in ("fan@example.com", "nobody@example.com", "")
    ]
    expected = {"__typename": "InvalidCredentials", "code": "INVALID_CREDENTIALS", "message": "The email or the password is wrong."}
    assert refused == [expected] * 3


async def test_a_bad_token_is_said_to_be_bad(house: House) -> None:
    headers = {"Authorization": "Bearer nonsense"}
    answer = await house.nobody.http.post(house.url + "/graphql", json={"query": ME}, headers=headers)
    assert answer.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
