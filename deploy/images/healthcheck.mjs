// Healthy while the process says that it is ready. Plain JavaScript: it runs every few seconds in every container.
const { OPS_PORT, HEALTH_PATH = '/readyz' } = process.env;

fetch(`http://127.0.0.1:${OPS_PORT}${HEALTH_PATH}`).then(
  (response) => process.exit(response.ok ? 0 : 1),
  () => process.exit(1),
);
