/** Names of headers and parameters whose value may be a secret: they are not kept with what was received. */
export const mayBeSecret =
  /auth|cookie|token|secret|passw|signature|hmac|(?:^|[-_.])sig(?:$|[-_.])|credential|jwt|session|bearer|api[-_]?key|access[-_]?key|private[-_]?key|csrf|xsrf|otp/i;
