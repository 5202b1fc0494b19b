/** Whether a host, with or without a port, names this machine. In a Host header it says what a browser was to open, not who sent it. */
export function isLoopbackHost(host: string | undefined): boolean {
  return host !== undefined && /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/i.test(host);
}
