/** Ids of pages, incidents, updates, components and groups. Holds no `#`, which separates the parts of keys. */
export const ID_PATTERN = /^[A-Za-z0-9_-]{1,64}$/;
