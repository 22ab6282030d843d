const form = document.querySelector("form");
const articles = [...document.querySelectorAll("article")];
const count = document.querySelector("#count");
function show() {
  const want = new FormData(form);
  const least = want.get("score") === "" ? null : Number(want.get("score"));
  const words = want.get("words").toLowerCase().split(/\s+/).filter(Boolean);
  let left = 0;
  for (const article of articles) {
    const data = article.dataset;
    const text = article.textContent.toLowerCase();
    const fits =
      (!want.get("cls") || data.cls === want.get("cls")) &&
      (!want.get("commodity") || data.commodity === want.get("commodity")) &&
      (!want.get("source") || data.source === want.get("source")) &&
      (least === null || (data.score !== "" && Number(data.score) >= least)) &&
      words.every((word) => text.includes(word));
    article.hidden = !fits;
    left += fits ? 1 : 0;
  }
  count.textContent = `${left} of ${articles.length} findings`;
  const state = new URLSearchParams([...want].filter(([, value]) => value));
  history.replaceState(null, "", state.size ? `#${state}` : location.pathname + location.search);
}
for (const [name, value] of new URLSearchParams(location.hash.slice(1))) {
  if (form.elements[name]) form.elements[name].value = value;
}
form.addEventListener("input", show);
form.addEventListener("submit", (event) => event.preventDefault());
show();
