"""What clients write about accounts."""

REGISTER = """mutation($input: RegisterInput!) { register(input: $input) { __typename
  ... on RegistrationReceived { email } ... on WeakPassword { fault minimumLength maximumLength } ... on InvalidInput { path }
  ... on TooManyAttempts { retryAfterMs } ... on Error { code } } }"""
VERIFY = """mutation($token: String!) { verifyEmail(token: $token) { __typename
  ... on EmailVerified { email } ... on Error { code } } }"""
ASK_RESET = """mutation($email: String!) { requestPasswordReset(email: $email) { __typename
  ... on LinkMailed { email } ... on InvalidInput { path } ... on Error { code } } }"""
RESET = """mutation($input: ResetPasswordInput!) { resetPassword(input: $input) { __typename
  ... on PasswordChanged { signedIn } ... on WeakPassword { fault } ... on Error { code } } }"""
CHANGE_PASSWORD = """mutation($input: ChangePasswordInput!) { changePassword(input: $input) { __typename
  ... on PasswordChanged { signedIn } ... on WeakPassword { fault } ... on Error { code } } }"""
CHANGE_EMAIL = """mutation($input: ChangeEmailInput!) { changeEmail(input: $input) { __typename
  ... on LinkMailed { email } ... on InvalidInput { path } ... on Error { code } } }"""
ASK_VERIFY = """mutation { requestEmailVerification { __typename
  ... on LinkMailed { email } ... on EmailVerified { email } ... on Error { code } } }"""
BORN = """mutation($day: Date!) { setBirthDate(birthDate: $day) { __typename
  ... on BirthDateSet { user { birthDate } } ... on InvalidInput { path } ... on Error { code } } }"""
EXPORT = "mutation { exportMyData { __typename ... on DataExport { readAt json } ... on Error { code } } }"
DELETE = """mutation($input: DeleteAccountInput!) { deleteAccount(input: $input) { __typename
  ... on AccountDeleted { ledgerId } ... on TicketsStillValid { count lastEndsAt } ... on Error { code } } }"""
LOGIN = """mutation($input: LoginInput!) { login(input: $input) { __typename
  ... on AuthTokens { accessToken refreshToken } ... on Error { code } } }"""
REFRESH = (
    "mutation($token: String!) { refresh(refreshToken: $token) { __typename ... on AuthTokens { accessToken refreshToken } } }"
)
ME = "{ me { email verified birthDate roles } }"
