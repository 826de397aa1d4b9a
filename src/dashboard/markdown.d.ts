/** The page's build takes Markdown in as text. */
declare module '*.md' {
  const text: string;
  export default text;
}
