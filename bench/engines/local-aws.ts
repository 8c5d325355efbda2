/** What an AWS client needs to call an engine on this machine. */
export const localAws = {
  region: 'eu-west-1',
  credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
};
