/** Every item of a list, page by page. */
export async function all(api, path) {
  const items = [];
  let cursor = null;
  do {
    const page = await api.get(path, { limit: 200, ...(cursor && { cursor }) });
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return items;
}

/** Prints an answer as the API has it, or as text. */
export function show({ json }, answer, text) {
  console.log(json ? JSON.stringify(answer, null, 2) : text());
  return true;
}

/** The first three, and how many there are besides. */
export const few = (words) =>
  words.length > 3 ? `${words.slice(0, 3).join(', ')} and ${words.length - 3} more` : words.join(', ');
