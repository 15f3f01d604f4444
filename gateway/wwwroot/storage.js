// Values that this browser remembers. Local storage may be unavailable, for example if the user has disabled it, or it may be full: then
// nothing is remembered, and the page works without it.

/** Returns a stored value; null if there is none. */
export function recall(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

/** Stores a value; removes it if it is null. */
export function remember(key, value) {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    // The value is not remembered.
  }
}
